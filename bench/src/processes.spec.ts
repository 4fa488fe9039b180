import { parseStat } from './processes.js';

describe('parseStat', () => {
  it('counts fields from behind a name that holds spaces and brackets', () => {
    const fields = Array.from({ length: 50 }, (_, n) => n);
    const text = `77 (postgres: (a) b) ${fields.join(' ')}`;
    expect(parseStat(77, text)).toEqual({
      pid: 77,
      parent: 1,
      cpuMs: (11 + 12 + 13 + 14) * 10,
      residentMiB: (21 * 4096) / (1024 * 1024),
    });
  });
});
