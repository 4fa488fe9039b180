import { faultOfConnectionString, hostUrls, needsPrimary, onDatabase, placeOf } from './hosts.js';

const TWO =
  'postgresql://me:p%40s%2Fs@one:1,two:2/reqrun?sslmode=verify-full&target_session_attrs=read-write';

describe('a connection string', () => {
  it('with several hosts is one for each, with user, database and parameters as they were', () => {
    expect(hostUrls(TWO)).toEqual([
      'postgresql://me:p%40s%2Fs@one:1/reqrun?sslmode=verify-full',
      'postgresql://me:p%40s%2Fs@two:2/reqrun?sslmode=verify-full',
    ]);
    expect(placeOf(TWO)).toBe('one:1,two:2/reqrun');
    expect(onDatabase(TWO, 'a b')).toBe(
      'postgresql://me:p%40s%2Fs@one:1,two:2/a%20b?sslmode=verify-full&target_session_attrs=read-write',
    );
  });

  it.each([
    ['postgresql://db/reqrun', 1],
    ['postgres://db/reqrun?target_session_attrs=any', 1],
    ['postgresql:///reqrun?host=/run/postgresql', 1],
    ['postgresql://[::1]:5432,[::2]/reqrun', 2],
    ['postgresql://me@one, two,three:5433', 3],
  ])('%s names as many hosts as %i', (text, count) => {
    expect(hostUrls(text)).toHaveLength(count);
    expect(faultOfConnectionString(text)).toBeNull();
  });

  it('has its server looked for when there are several, or when the one may be a standby', () => {
    expect(needsPrimary('postgresql://db/reqrun')).toBe(false);
    expect(needsPrimary('postgresql://db/reqrun?target_session_attrs=any')).toBe(false);
    expect(needsPrimary('postgresql://db/reqrun?target_session_attrs=primary')).toBe(true);
    expect(needsPrimary('postgresql://one,two/reqrun')).toBe(true);
  });

  it.each([
    '',
    'secret',
    'mysql://secret@db/reqrun',
    'postgresql://me:sec:ret@db:port/reqrun',
    'postgresql://one:1,two:99999999/secret',
    'postgresql://one,,two/secret',
    'postgresql://one,two/secret?target_session_attrs=standby',
  ])('%s is refused, without a part of it', (text) => {
    const fault = faultOfConnectionString(text);
    expect(fault).toMatch(/^expected /);
    expect(fault).not.toContain('secret');
  });
});
