/** Style sheets, which VitePress bundles. */
declare module '*.css';
