import type { ReactElement } from 'react';

import { Projects } from '../../../features/projects/projects';

export default function ProjectsPage(): ReactElement {
  return <Projects />;
}
