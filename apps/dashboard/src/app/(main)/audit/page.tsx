import type { ReactElement } from 'react';

import { Audit } from '../../../features/audit/audit';

export default function AuditPage(): ReactElement {
  return <Audit />;
}
