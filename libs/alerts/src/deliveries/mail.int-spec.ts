import { MailClient } from '@reqrun/providers';

import { type MailServer, startMailServer } from '../testing/index.js';

let server: MailServer;

const mail = { id: 'a', thread: 'b', to: 'ada@example.com', subject: 's', text: 't' };
const send = (login: string) => {
  const url = `smtp://${login}127.0.0.1:${server.port}`;
  return new MailClient({ url, from: 'reqrun@example.com' }).send(mail);
};

afterEach(async () => {
  await server.close();
});

describe('a mail', () => {
  it('is sent with the user and the password of the address', async () => {
    server = await startMailServer('p@ss');
    expect(await send('ada:p%40ss@')).toEqual({ failure: null, status: null, isFinal: true });
    expect(server.mails).toMatchObject([{ to: ['ada@example.com'] }]);
  });

  it('that the server takes from nobody who has the wrong password is tried again later', async () => {
    server = await startMailServer('right');
    expect(await send('ada:wrong@')).toMatchObject({ failure: 'sign_in_failed', isFinal: false });
    expect(server.mails).toEqual([]);
  });

  it('has an id that stays the same at each try', async () => {
    server = await startMailServer();
    await send('');
    await send('');
    expect(server.mails.map(({ text }) => /^Message-ID: (.*)$/im.exec(text)?.[1]?.trim())).toEqual([
      '<a@example.com>',
      '<a@example.com>',
    ]);
  });
});
