import { randomBytes } from 'node:crypto';

import { KeyedHash, MasterKey, SecretBox } from '@reqrun/platform/crypto';
import { createPool, createPrisma, type Pool, type PrismaClient } from '@reqrun/platform/database';
import { createTestDatabase } from '@reqrun/platform/testing';
import { TOTP } from 'otpauth';

import { AccessTokens, type AccessTokenSummary } from '../access/access-tokens.js';
import { Sessions, type SignedIn } from '../access/sessions.js';
import { ADMIN_ROLE, AdminDatabase } from '../admin-database.js';
import { AuditLog } from '../audit/audit-log.js';
import { AuditReader } from '../audit/audit-reader.js';
import type { ActorContext } from '../actor-context.js';
import { Invitations } from '../invitations.js';
import { Users } from '../users.js';
import type { Role } from '../role.js';
import { Devices } from '../sign-in/devices.js';
import { OwnAccount } from '../sign-in/own-account.js';
import { Passwords } from '../sign-in/passwords.js';
import { Reauthentication, type SignedInPerson } from '../sign-in/reauthentication.js';
import { SignIn } from '../sign-in/sign-in.js';
import { Throttle } from '../sign-in/throttle.js';
import { Totp } from '../sign-in/totp.js';

/** A password that is long enough. */
export const PASSWORD = 'correct horse battery';
/** Origin that tests sign in from. */
export const HERE = { address: '192.0.2.1', network: '192.0.2.1', userAgent: 'test' };
/** Actor of what nobody signs in for. */
export const NOBODY: ActorContext = {
  actor: { kind: 'system', id: null, email: null, name: 'test' },
  address: null,
  userAgent: null,
};

/** Everything of this library on a database of its own, under the role of the admin API. */
export class UsersFixture {
  /** The clock of the second factor, Unix ms. */
  now = Date.now();

  /**
   * Moves the clock of waits and devices on; it stands still otherwise.
   *
   * @param ms by how much
   */
  passTime(ms: number): void {
    this.clock.now += ms;
  }

  private constructor(
    /** The superuser's connections. */
    readonly owner: Pool,
    /** The same for Prisma. */
    readonly ownersPrisma: PrismaClient,
    readonly database: AdminDatabase,
    readonly audit: AuditLog,
    readonly reader: AuditReader,
    readonly sessions: Sessions,
    readonly tokens: AccessTokens,
    readonly passwords: Passwords,
    readonly users: Users,
    readonly invitations: Invitations,
    readonly throttle: Throttle,
    readonly devices: Devices,
    private readonly clock: { now: number },
    private readonly box: SecretBox,
    readonly close: () => Promise<void>,
  ) {}

  /** Makes it. */
  static async open(): Promise<UsersFixture> {
    const created = await createTestDatabase();
    const { connectionString } = created;
    const options = { connectionString, max: 8, applicationName: 'test' };
    const owner = createPool(options);
    const pool = createPool({ ...options, role: ADMIN_ROLE });
    const [prisma, ownersPrisma] = [createPrisma(pool), createPrisma(owner)];
    const database = new AdminDatabase(pool, prisma);
    const masterKey = new MasterKey(randomBytes(32));
    const tokenHash = await KeyedHash.load(ownersPrisma, masterKey, 'admin-token');
    const auditHash = await KeyedHash.load(ownersPrisma, masterKey, 'audit');
    const passwords = new Passwords(await KeyedHash.load(ownersPrisma, masterKey, 'password'));
    const signInHash = await KeyedHash.load(ownersPrisma, masterKey, 'sign-in');
    const box = await SecretBox.load(ownersPrisma, masterKey, 'second-factor');
    const audit = new AuditLog(auditHash);
    const sessions = new Sessions(database, tokenHash);
    const clock = { now: Date.now() };
    const devices = new Devices(signInHash, () => clock.now);
    return new UsersFixture(
      owner,
      ownersPrisma,
      database,
      audit,
      new AuditReader(database, auditHash),
      sessions,
      new AccessTokens(database, tokenHash),
      passwords,
      new Users(database, sessions, audit),
      new Invitations(database, tokenHash, passwords, sessions, devices, audit),
      new Throttle(database, signInHash, () => new Date(clock.now)),
      devices,
      clock,
      box,
      async () => {
        await Promise.all([prisma.$disconnect(), ownersPrisma.$disconnect()]);
        await Promise.all([pool.end(), owner.end()]);
        await created.drop();
      },
    );
  }

  /** The second factor, by this fixture's clock. */
  get totp(): Totp {
    return new Totp(this.box, () => this.now);
  }

  /** Lets users in. */
  get signIn(): SignIn {
    const { database, passwords, totp, throttle, devices, sessions, audit } = this;
    return new SignIn(database, passwords, totp, throttle, devices, sessions, audit);
  }

  /** Changes passwords and second factors. */
  get account(): OwnAccount {
    const { database, passwords, totp, reauthentication, sessions, devices, audit } = this;
    return new OwnAccount(database, passwords, totp, reauthentication, sessions, devices, audit);
  }

  /** Has users prove once more who they are. */
  get reauthentication(): Reauthentication {
    const { database, passwords, totp, throttle, sessions, audit } = this;
    return new Reauthentication(database, passwords, totp, throttle, sessions, audit);
  }

  /**
   * Makes a user.
   *
   * @param role what they are
   * @param email who they are
   */
  async addUser(
    role: Role = 'owner',
    email = `${role}-${randomBytes(4).toString('hex')}@example.com`,
  ): Promise<{ id: string; email: string; actor: ActorContext }> {
    this.passwordHash ??= await this.passwords.hash(PASSWORD);
    const { id } = await this.database.prisma.user.create({
      data: { email, name: role, role, passwordHash: this.passwordHash },
      select: { id: true },
    });
    return { id, email, actor: { ...NOBODY, actor: { kind: 'person', id, email, name: role } } };
  }

  private passwordHash: string | undefined;

  /**
   * Makes an access token.
   *
   * @param userId whose
   * @param more when it ends, which session asks for it
   */
  addToken(
    userId: string,
    more: { expiresAt?: Date; sessionId?: string } = {},
  ): Promise<AccessTokenSummary & { secret: string }> {
    const token = { userId, name: 't', scopes: ['keys:read'], expiresAt: null } as const;
    return this.database.prisma.$transaction((transaction) =>
      this.tokens.create(transaction, { ...token, ...more }),
    );
  }

  /**
   * Signs somebody in.
   *
   * @param email who
   * @param more another password, a code, another place, the cookie of a known device
   */
  enter(
    email: string,
    more: { password?: string; totpCode?: string; from?: typeof HERE; device?: string } = {},
  ): Promise<SignedIn> {
    const { password = PASSWORD, totpCode = null, from = HERE, device = null } = more;
    const shown = { email, password, totpCode, previousSessionId: null, deviceCookie: device };
    return this.signIn.signIn(shown, from);
  }

  /**
   * Signs somebody in, and says who it is in which session.
   *
   * @param user who
   * @param totpCode of their second factor, where it is on
   */
  async enterAs(user: { id: string; email: string }, totpCode?: string): Promise<SignedInPerson> {
    const { id } = await this.enter(user.email, totpCode === undefined ? {} : { totpCode });
    return { userId: user.id, sessionId: id };
  }

  /**
   * The code that a user's generator shows now.
   *
   * @param secret of their second factor
   */
  codeOf(secret: string): string {
    return new TOTP({ secret }).generate({ timestamp: this.now });
  }

  /**
   * Turns a user's second factor on, and lets its first step pass.
   *
   * @param user whose
   * @returns its secret
   */
  async addTotp(user: { id: string; email: string }): Promise<string> {
    const { secret } = await this.account.beginTotp(user);
    await this.account.confirmTotp(user.id, this.codeOf(secret), HERE, NOBODY);
    this.now += 30_000;
    return secret;
  }

  /**
   * The actions in the audit log, oldest first.
   *
   * @param targetId of what
   */
  async actionsOn(targetId: string): Promise<string[]> {
    const actions: string[] = [];
    for await (const entry of this.reader.all()) {
      if (entry.target.id === targetId) {
        actions.push(entry.action);
      }
    }
    return actions;
  }
}
