import type { ReactElement } from 'react';

import { Settings } from '../../../../../features/settings/settings';

export default function SettingsPage(): ReactElement {
  return <Settings />;
}
