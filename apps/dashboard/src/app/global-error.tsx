'use client';

import type { ReactElement } from 'react';

/** Error page for a failure of the root layout. It uses no style and no component of the dashboard. */
export default function GlobalError({ reset }: { reset: () => void }): ReactElement {
  return (
    <html lang="en">
      <body>
        <main>
          <h1>The dashboard broke</h1>
          <p>That is a defect of the dashboard. Nothing was changed; the requests go on.</p>
          <button type="button" onClick={reset}>
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
