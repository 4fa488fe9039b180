export { type Frame } from './frame.js';
export { Link } from './link.js';
export { fitsSockets, LinkHost } from './link-host.js';
export { LinkPeers, type LinkPeersListener } from './link-peers.js';
