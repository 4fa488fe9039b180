import type { ReactElement } from 'react';

import { ToProject } from '../../features/projects/to-project';

export default function HomePage(): ReactElement {
  return <ToProject />;
}
