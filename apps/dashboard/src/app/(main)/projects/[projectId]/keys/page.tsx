import type { ReactElement } from 'react';

import { Keys } from '../../../../../features/keys/keys';

export default function KeysPage(): ReactElement {
  return <Keys />;
}
