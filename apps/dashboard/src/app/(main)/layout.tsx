import type { ReactElement, ReactNode } from 'react';

import { Shell } from '../../features/shell/shell';

export default function MainLayout({ children }: { children: ReactNode }): ReactElement {
  return <Shell>{children}</Shell>;
}
