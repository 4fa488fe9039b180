import { ArrivingBodies, type ArrivingBody, type CutReason } from './arriving-bodies.js';

const MIB = 1024 * 1024;
const SECOND = 1_000;

class Intake {
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

let intake: Intake;
beforeEach(() => {
  intake = new Intake();
});

describe('bodies that are being read', () => {
  it('take no room before their bytes come', () => {
    for (let n = 0; n < 1_000; n += 1) {
      intake.begin('idle');
    }
    expect(intake.bodies.bytes).toBe(0);
    expect(intake.bodies.isOverShare('idle')).toBe(false);
    intake.begin('other').add(32 * MIB);
    expect(intake.cut).toEqual([]);
  });

  it('are never more than the room, whatever their framing announced', () => {
    const bodies = Array.from({ length: 60 }, (_value, n) =>
      intake.begin(`key ${n % 8}`, `body ${n}`),
    );
    for (let round = 0; round < 30; round += 1) {
      intake.now += 100;
      for (const body of bodies) {
        body.add(MIB);
        expect(intake.bodies.bytes).toBeLessThanOrEqual(256 * MIB);
      }
    }
    expect(intake.cut.length).toBeGreaterThan(0);
    expect(new Set(intake.cut.map(([, reason]) => reason))).toEqual(new Set(['no_room']));
  });

  it('of one key leave half of the room to the others', () => {
    const noisy = Array.from({ length: 20 }, (_value, n) => intake.begin('noisy', `noisy ${n}`));
    for (let round = 0; round < 16; round += 1) {
      intake.now += 100;
      noisy.forEach((body) => body.add(MIB));
    }
    expect(intake.bodies.bytes).toBeLessThanOrEqual(128 * MIB);
    expect(intake.bodies.isOverShare('quiet')).toBe(false);
    intake.begin('quiet').add(32 * MIB);
    expect(intake.cut.map(([name]) => name)).not.toContain('quiet');
  });

  it('give way by the slowest of the key that holds most', () => {
    intake.begin('a', 'slow').add(40 * MIB);
    intake.now = SECOND;
    intake.begin('a', 'fast').add(60 * MIB);
    intake.held = 130 * MIB;
    intake.begin('b').add(30 * MIB);
    expect(intake.cut).toEqual([['slow', 'no_room']]);
  });

  it('that come too slowly are cut, and quick or young ones are not', () => {
    intake.begin('a', 'silent');
    intake.begin('a', 'trickling').add(100 * 1024);
    intake.begin('a', 'steady').add(200 * 1024);
    intake.now = 9 * SECOND;
    intake.bodies.cutSlow();
    expect(intake.cut).toEqual([]);
    intake.now = 11 * SECOND;
    intake.begin('a', 'young');
    intake.bodies.cutSlow();
    expect(intake.cut).toEqual([
      ['silent', 'too_slow'],
      ['trickling', 'too_slow'],
    ]);
  });

  it('give their room back once, when they end or are cut', () => {
    const body = intake.begin('a');
    body.add(10 * MIB);
    body.end();
    body.end();
    expect(intake.bodies.bytes).toBe(0);
    const slow = intake.begin('a');
    slow.add(1);
    intake.now = 60 * SECOND;
    intake.bodies.cutSlow();
    slow.add(MIB);
    slow.end();
    expect(intake.bodies.bytes).toBe(0);
  });

  it('are taken alone, whatever their size', () => {
    intake.begin('a').add(300 * MIB);
    expect(intake.cut).toEqual([]);
  });
});
