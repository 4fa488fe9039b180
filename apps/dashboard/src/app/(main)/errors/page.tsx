import type { ReactElement } from 'react';

import { ErrorCodes } from '../../../features/errors/error-codes';

export default function ErrorCodesPage(): ReactElement {
  return <ErrorCodes />;
}
