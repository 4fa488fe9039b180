/** The failures that are free, and the wait that each further one brings. */
export interface Allowance {
  readonly free: number;
  /** The n-th failure beyond the free ones brings a wait of this times 2^n, in ms. */
  readonly stepMs: number;
  readonly mostMs: number;
}

/**
 * One who tries: a known device, a session that is to be confirmed, or a network at one account. At one
 * guess a minute no password of the least length is found.
 */
export const ONE: Allowance = { free: 5, stepMs: 1000, mostMs: 60_000 };
/** A network, whatever accounts are tried from it. Several users may sit behind one address. */
export const NETWORK: Allowance = { free: 20, stepMs: 1000, mostMs: 15 * 60_000 };
/**
 * A wide network at an account that is under attack: one try, and then few. Whoever has not guessed from
 * it gets in; whoever guesses needs another network for each guess.
 */
export const UNDER_ATTACK: Allowance = { free: 1, stepMs: 30_000, mostMs: 15 * 60_000 };
/**
 * Failures of unknown devices from which on an account is under attack (NIST SP 800-63B-4, 3.2.2: no
 * more than 100).
 */
export const ATTACK_BEGINS_AT = 100;
/**
 * Codes of an account's second factor, from unknown devices of all networks together, and from all
 * sessions together: there are too few codes to let each network or session try some. Only who has given
 * the right password, or is signed in, gets to try one.
 */
export const CODES: Allowance = { free: 20, stepMs: 1000, mostMs: 60_000 };
/** Counts, and brings no wait of its own. */
export const COUNTED_ONLY: Allowance = { free: 2 ** 31 - 1, stepMs: 0, mostMs: 0 };

/**
 * The network that one owner has many of: the first 24 bits of an IPv4 address, the first 48 of an IPv6
 * one, which is what a site is given (RFC 6177).
 *
 * @param network an IPv4 address, or the first four groups of an IPv6 one
 */
export function wideNetworkOf(network: string): string {
  return network.includes(':')
    ? network.split(':').slice(0, 3).join(':')
    : network.split('.').slice(0, 3).join('.');
}
