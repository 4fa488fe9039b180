import type { ReactElement } from 'react';

import { Simulation } from '../../../../../features/simulation/simulation';

export default function SimulationPage(): ReactElement {
  return <Simulation />;
}
