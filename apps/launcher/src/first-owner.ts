import {
  AccessTokens,
  AdminDatabase,
  AuditLog,
  ensureFirstOwner as ensureOwner,
  ensureFirstToken as ensureToken,
  generatePassword,
  Passwords,
  UserError,
  resetPassword as reset,
} from '@reqrun/users';
import { KeyedHash, MasterKey } from '@reqrun/platform/crypto';
import { createPool, createPrisma, type PrismaClient } from '@reqrun/platform/database';

import { StartError } from './start-error.js';

/** Address of whoever signs in first where nobody has said who. */
const DEFAULT_EMAIL = 'owner@localhost';

/** Database in which users are kept. */
export interface PeopleAt {
  connectionString: string;
  /** 32 bytes. */
  masterKey: Buffer;
  /** The master key before it, while it is replaced. */
  previousMasterKey?: Buffer | undefined;
}

/** With what somebody signs in. */
export interface OwnerCredentials {
  email: string;
  password: string;
}

/** Parts that the first owner is made with. */
export interface FirstOwnerOptions extends PeopleAt {
  /** Wishes of the environment, and what was written down before; the first that is there counts. */
  wishes: readonly { email: string | undefined; password: string | undefined }[];
  /** Writes the credentials down, before the owner is made: a start that dies in between loses none. */
  keep: (credentials: OwnerCredentials) => Promise<void>;
}

/**
 * Makes the first owner where there are no users yet.
 *
 * @param options the database, who it shall be, where that is written down
 * @returns whether it was made
 * @throws StartError when the wishes can't make one
 */
export function ensureFirstOwner(options: FirstOwnerOptions): Promise<boolean> {
  const wish = (name: 'email' | 'password'): string | undefined =>
    options.wishes.map((one) => one[name]).find((value) => value !== undefined && value !== '');
  return withPeople(options, async (prisma, parts) => {
    if ((await prisma.user.count()) > 0) {
      return false;
    }
    const credentials = {
      email: wish('email') ?? DEFAULT_EMAIL,
      password: wish('password') ?? generatePassword(),
    };
    await options.keep(credentials);
    try {
      return await ensureOwner(prisma, parts, credentials);
    } catch (error) {
      if (error instanceof UserError) {
        const name = error.details.param === 'email' ? 'EMAIL' : 'PASSWORD';
        throw new StartError(error.message.replace(/^\w+/, `REQRUN_ADMIN_${name}`));
      }
      throw error;
    }
  });
}

/**
 * Makes the access token of the command line where there is none yet.
 *
 * @param at where users are kept
 * @param wish the owner's e-mail address, and the token that was kept of an earlier start
 * @returns a new token, or null when none was made
 */
export function ensureFirstToken(
  at: PeopleAt,
  wish: { email: string; kept: string | undefined },
): Promise<string | null> {
  return withPeople(at, (prisma, parts) => ensureToken(prisma, parts, wish));
}

/**
 * Lets somebody in again who has lost password or second factor.
 *
 * @param at where users are kept
 * @param email whose
 * @returns the new password
 * @throws StartError when there is no such user
 */
export function resetPassword(at: PeopleAt, email: string): Promise<string> {
  return withPeople(at, async (prisma, parts) => {
    const password = await reset(prisma, parts, email);
    if (password === null) {
      throw new StartError('There is no person with this e-mail address.');
    }
    return password;
  });
}

interface UserParts {
  passwords: Passwords;
  tokens: AccessTokens;
  audit: AuditLog;
}

async function withPeople<T>(
  at: PeopleAt,
  work: (prisma: PrismaClient, parts: UserParts) => Promise<T>,
): Promise<T> {
  const { connectionString } = at;
  const pool = createPool({ connectionString, max: 2, applicationName: 'reqrun-launcher' });
  const prisma = createPrisma(pool);
  try {
    const masterKey = new MasterKey(at.masterKey, at.previousMasterKey);
    return await work(prisma, {
      passwords: new Passwords(await KeyedHash.load(prisma, masterKey, 'password')),
      tokens: new AccessTokens(
        new AdminDatabase(pool, prisma),
        await KeyedHash.load(prisma, masterKey, 'admin-token'),
      ),
      audit: new AuditLog(await KeyedHash.load(prisma, masterKey, 'audit')),
    });
  } finally {
    await prisma.$disconnect();
    await pool.end();
  }
}
