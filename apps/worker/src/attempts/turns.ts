import type { Place, PlaceShare } from '@reqrun/requests';

import { tenantKey } from './slot-shares.js';

/** A party to the turns: a tenant, a key of it, or a model of a key. */
interface Turn {
  /** Number of the latest slot that was meant for it; 0 for none. */
  servedAt: number;
  /** Slots that are meant for it at present. */
  slots: number;
}

interface ModelTurn extends Turn {
  readonly place: Place;
  readonly id: string;
}

interface KeyTurn extends Turn {
  readonly id: string;
  readonly models: ModelTurn[];
}

interface TenantTurn extends Turn {
  readonly id: string;
  readonly keys: KeyTurn[];
}

/**
 * Number of places that one claim takes from, where each has enough: each costs as much as several requests, so a large
 * claim takes several at once.
 */
const MOST_PLACES = 16;
/** Number of places whose turns are remembered. */
const MOST_REMEMBERED = 4_096;

/**
 * Gives the places where requests wait their turns: each slot goes to the tenant that has the fewest, then to the key,
 * then to the model that was last served the longest ago.
 */
export class Turns {
  private places: readonly Place[] = [];
  /** Numbers of the latest turns of tenants, keys and models, by id. */
  private readonly served = new Map<string, number>();
  private now = 0;

  /** True when no place is known. */
  get isEmpty(): boolean {
    return this.places.length === 0;
  }

  /**
   * Takes over what a look has found.
   *
   * @param places places with due requests
   */
  renew(places: readonly Place[]): void {
    this.places = places;
    if (this.served.size > MOST_REMEMBERED) {
      this.served.clear();
    }
  }

  /**
   * Distributes free slots.
   *
   * @param limit number of free slots
   * @param slotsOf slots that a tenant has, by its key
   * @param roomOf requests of a place that may be taken; 0 for none
   * @returns places with their shares, those first whose turn it is
   */
  plan(
    limit: number,
    slotsOf: (tenant: string) => number,
    roomOf: (place: Place) => number,
  ): PlaceShare[] {
    const tenants = this.tenantsOf(slotsOf, roomOf);
    const rooms = new Map<ModelTurn, number>();
    const order: ModelTurn[] = [];
    const most = Math.ceil(limit / MOST_PLACES);
    for (let left = limit; left > 0;) {
      const tenant = next(tenants, true);
      const key = tenant && next(tenant.keys, false);
      const model = key && next(key.models, false);
      if (tenant === undefined || key === undefined || model === undefined) {
        break;
      }
      const room = rooms.get(model) ?? roomOf(model.place);
      const share = Math.min(most, left, room);
      left -= share;
      rooms.set(model, room - share);
      if (model.slots === 0) {
        order.push(model);
      }
      this.now += 1;
      for (const turn of [tenant, key, model]) {
        turn.servedAt = this.now;
        turn.slots += share;
        this.served.set(turn.id, this.now);
      }
      if (room <= share) {
        remove(tenants, tenant, key, model);
      }
    }
    return order.map(({ place, slots }) => ({ place, share: slots }));
  }

  private tenantsOf(
    slotsOf: (tenant: string) => number,
    roomOf: (place: Place) => number,
  ): TenantTurn[] {
    const tenants = new Map<string, TenantTurn>();
    const keys = new Map<string, KeyTurn>();
    for (const place of this.places) {
      if (roomOf(place) <= 0) {
        continue;
      }
      const id = tenantKey(place);
      const tenant = tenants.get(id) ?? { ...this.turn(id), slots: slotsOf(id), keys: [] };
      tenants.set(id, tenant);
      const keyId = `${id}/${place.key}`;
      let key = keys.get(keyId);
      if (key === undefined) {
        key = { ...this.turn(keyId), models: [] };
        keys.set(keyId, key);
        tenant.keys.push(key);
      }
      key.models.push({ ...this.turn(`${keyId}/${place.model}`), place });
    }
    return [...tenants.values()];
  }

  private turn(id: string): Turn & { id: string } {
    return { id, servedAt: this.served.get(id) ?? 0, slots: 0 };
  }
}

/** Returns whose turn it is. */
function next<T extends Turn>(turns: readonly T[], bySlots: boolean): T | undefined {
  let first: T | undefined;
  for (const turn of turns) {
    const isBefore =
      first === undefined ||
      (bySlots && turn.slots !== first.slots
        ? turn.slots < first.slots
        : turn.servedAt < first.servedAt);
    if (isBefore) {
      first = turn;
    }
  }
  return first;
}

/** Removes a model that gets no more, and what has no other one. */
function remove(tenants: TenantTurn[], tenant: TenantTurn, key: KeyTurn, model: ModelTurn): void {
  take(key.models, model);
  if (key.models.length === 0) {
    take(tenant.keys, key);
  }
  if (tenant.keys.length === 0) {
    take(tenants, tenant);
  }
}

function take<T>(from: T[], one: T): void {
  from.splice(from.indexOf(one), 1);
}
