import { type ReactElement, Suspense } from 'react';

import { SignIn } from '../../features/session/sign-in';
import { BootScreen } from '../../ui/boot-screen';

export default function SignInPage(): ReactElement {
  return (
    <Suspense fallback={<BootScreen />}>
      <SignIn />
    </Suspense>
  );
}
