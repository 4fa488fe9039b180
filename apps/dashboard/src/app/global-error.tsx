'use client';

import type { ReactElement } from 'react';

/** What is left when even the frame of the pages broke: no style, no part of ours. */
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
