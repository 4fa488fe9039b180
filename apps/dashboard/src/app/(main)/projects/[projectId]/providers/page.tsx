import type { ReactElement } from 'react';

import { Providers } from '../../../../../features/providers/providers';

export default function ProvidersPage(): ReactElement {
  return <Providers />;
}
