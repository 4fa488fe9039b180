import type { ReactElement, ReactNode } from 'react';

import { ProjectGate } from '../../../../features/projects/current-project';

export default async function ProjectLayout({
  params,
  children,
}: {
  params: Promise<{ projectId: string }>;
  children: ReactNode;
}): Promise<ReactElement> {
  const { projectId } = await params;
  return <ProjectGate projectId={projectId}>{children}</ProjectGate>;
}
