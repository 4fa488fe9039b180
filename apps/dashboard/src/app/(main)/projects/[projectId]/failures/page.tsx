import type { ReactElement } from 'react';

import { Failures } from '../../../../../features/failures/failures';

export default function FailuresPage(): ReactElement {
  return <Failures />;
}
