/**
 * A map for entries that come and go by the thousand, such as what is under way.
 *
 * A Map does that too, but at V8's cost: it moves to a new table again and again, and each old table
 * goes on pointing at the entries that it had and at the table that followed it. Once one of them has
 * grown old enough to be left alone by the garbage collection of young objects, so are all that follow, and
 * with them every entry, until the whole heap is looked at. Here the tables hold keys and small numbers
 * only; the values lie in an array, from which they are gone when they are deleted.
 */
export class SlotMap<K extends string | number, V extends object> {
  private readonly places = new Map<K, number>();
  private readonly slots: (V | undefined)[] = [];
  private readonly free: number[] = [];

  /** How many entries there are. */
  get size(): number {
    return this.places.size;
  }

  /** @param key of the entry */
  get(key: K): V | undefined {
    const place = this.places.get(key);
    return place === undefined ? undefined : this.slots[place];
  }

  /**
   * Adds an entry, or replaces the one of the same key.
   *
   * @param key of the entry
   * @param value what it holds
   */
  set(key: K, value: V): void {
    let place = this.places.get(key);
    if (place === undefined) {
      place = this.free.pop() ?? this.slots.length;
      this.places.set(key, place);
    }
    this.slots[place] = value;
  }

  /** @param key of the entry that goes, if there is one */
  delete(key: K): void {
    const place = this.places.get(key);
    if (place !== undefined) {
      this.places.delete(key);
      this.slots[place] = undefined;
      this.free.push(place);
    }
  }

  /** The keys as they are now, in the order in which they came. */
  keys(): K[] {
    return [...this.places.keys()];
  }

  /** The values as they are now, in the order in which their keys came. */
  values(): V[] {
    return this.keys().flatMap((key) => this.get(key) ?? []);
  }
}
