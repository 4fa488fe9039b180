import { ArrivingBodies, type ArrivingBody, type CutReason } from './arriving-bodies.js';

const MIB = 1024 * 1024;
const SECOND = 1_000;

class Arriving {
  now = 0;
  held = 0;
  readonly cut: [name: string, reason: CutReason][] = [];
  readonly bodies = new ArrivingBodies({
    bytes: 256 * MIB,
    held: () => this.held,
    now: () => this.now,
  });

  begin(key: string, name = key): ArrivingBody {
    return this.bodies.begin(key, (reason) => this.cut.push([name, reason]));
  }
}

let arriving: Arriving;
beforeEach(() => {
  arriving = new Arriving();
});

describe('bodies that are being read', () => {
  it('take no room before their bytes come', () => {
    for (let n = 0; n < 1_000; n += 1) {
      arriving.begin('idle');
    }
    expect(arriving.bodies.bytes).toBe(0);
    expect(arriving.bodies.isOverShare('idle')).toBe(false);
    arriving.begin('other').add(32 * MIB);
    expect(arriving.cut).toEqual([]);
  });

  it('are never more than the room, whatever their framing announced', () => {
    const bodies = Array.from({ length: 60 }, (_value, n) =>
      arriving.begin(`key ${n % 8}`, `body ${n}`),
    );
    for (let round = 0; round < 30; round += 1) {
      arriving.now += 100;
      for (const body of bodies) {
        body.add(MIB);
        expect(arriving.bodies.bytes).toBeLessThanOrEqual(256 * MIB);
      }
    }
    expect(arriving.cut.length).toBeGreaterThan(0);
    expect(new Set(arriving.cut.map(([, reason]) => reason))).toEqual(new Set(['no_room']));
  });

  it('of one key leave half of the room to the others', () => {
    const noisy = Array.from({ length: 20 }, (_value, n) => arriving.begin('noisy', `noisy ${n}`));
    for (let round = 0; round < 16; round += 1) {
      arriving.now += 100;
      noisy.forEach((body) => body.add(MIB));
    }
    expect(arriving.bodies.bytes).toBeLessThanOrEqual(128 * MIB);
    expect(arriving.bodies.isOverShare('quiet')).toBe(false);
    arriving.begin('quiet').add(32 * MIB);
    expect(arriving.cut.map(([name]) => name)).not.toContain('quiet');
  });

  it('give way by the slowest of the key that holds most', () => {
    arriving.begin('a', 'slow').add(40 * MIB);
    arriving.now = SECOND;
    arriving.begin('a', 'fast').add(60 * MIB);
    arriving.held = 130 * MIB;
    arriving.begin('b').add(30 * MIB);
    expect(arriving.cut).toEqual([['slow', 'no_room']]);
  });

  it('that come too slowly are cut, and quick or young ones are not', () => {
    arriving.begin('a', 'silent');
    arriving.begin('a', 'trickling').add(100 * 1024);
    arriving.begin('a', 'steady').add(200 * 1024);
    arriving.now = 9 * SECOND;
    arriving.bodies.cutSlow();
    expect(arriving.cut).toEqual([]);
    arriving.now = 11 * SECOND;
    arriving.begin('a', 'young');
    arriving.bodies.cutSlow();
    expect(arriving.cut).toEqual([
      ['silent', 'too_slow'],
      ['trickling', 'too_slow'],
    ]);
  });

  it('give their room back once, when they end or are cut', () => {
    const body = arriving.begin('a');
    body.add(10 * MIB);
    body.end();
    body.end();
    expect(arriving.bodies.bytes).toBe(0);
    const slow = arriving.begin('a');
    slow.add(1);
    arriving.now = 60 * SECOND;
    arriving.bodies.cutSlow();
    slow.add(MIB);
    slow.end();
    expect(arriving.bodies.bytes).toBe(0);
  });

  it('are taken alone, whatever their size', () => {
    arriving.begin('a').add(300 * MIB);
    expect(arriving.cut).toEqual([]);
  });
});
