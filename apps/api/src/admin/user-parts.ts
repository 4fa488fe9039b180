import type { Provider } from '@nestjs/common';
import {
  AccessTokens,
  type AdminDatabase,
  AuditLog,
  AuditReader,
  Devices,
  Invitations,
  OwnAccount,
  Passwords,
  Users,
  Reauthentication,
  SavedViews,
  Sessions,
  SignIn,
  Throttle,
  Totp,
} from '@reqrun/users';
import { KeyedHash, SecretBox } from '@reqrun/platform/crypto';
import type { Logger } from '@reqrun/platform/logging';
import type { Platform } from '@reqrun/platform/service';

import type { AdminSettings } from './admin-settings.js';
import { OwnSessions } from './me/own-sessions.js';
import { SessionAnswers } from './session/session-answers.js';
import { SignInLog } from './session/sign-in-log.js';

/** Parts for users, their sign-ins and the audit log. */
export interface UserParts {
  sessions: Sessions;
  tokens: AccessTokens;
  audit: AuditLog;
  reader: AuditReader;
  passwords: Passwords;
  users: Users;
  invitations: Invitations;
  signIn: SignIn;
  reauthentication: Reauthentication;
  account: OwnAccount;
}

/**
 * Loads the keys of keyed hashes and composes the parts that use them. It reads the keys through the
 * process's own connections, since those of the admin API may not read them.
 *
 * @param platform the process's database and master key
 * @param database the admin API's connections
 */
export async function loadUserParts(
  platform: Pick<Platform, 'prisma' | 'masterKey'>,
  database: AdminDatabase,
): Promise<UserParts> {
  const { prisma, masterKey } = platform;
  const tokenHash = await KeyedHash.load(prisma, masterKey, 'admin-token');
  const auditHash = await KeyedHash.load(prisma, masterKey, 'audit');
  const passwords = new Passwords(await KeyedHash.load(prisma, masterKey, 'password'));
  const signInHash = await KeyedHash.load(prisma, masterKey, 'sign-in');
  const throttle = new Throttle(database, signInHash);
  const devices = new Devices(signInHash);
  const totp = new Totp(await SecretBox.load(prisma, masterKey, 'second-factor'));
  const audit = new AuditLog(auditHash);
  const sessions = new Sessions(database, tokenHash);
  const reauthentication = new Reauthentication(
    database,
    passwords,
    totp,
    throttle,
    sessions,
    audit,
  );
  await passwords.prepare();
  return {
    sessions,
    tokens: new AccessTokens(database, tokenHash),
    audit,
    reader: new AuditReader(database, auditHash),
    passwords,
    users: new Users(database, sessions, audit),
    invitations: new Invitations(database, tokenHash, passwords, sessions, devices, audit),
    signIn: new SignIn(database, passwords, totp, throttle, devices, sessions, audit),
    reauthentication,
    account: new OwnAccount(database, passwords, totp, reauthentication, sessions, devices, audit),
  };
}

/**
 * Returns the parts as dependencies of the controllers.
 *
 * @param parts the parts
 * @param database the admin API's connections
 * @param settings the settings of the admin API
 * @param logger the log of refused sign-ins
 */
export function provideUsers(
  parts: UserParts,
  database: AdminDatabase,
  settings: AdminSettings,
  logger: Logger,
): Provider[] {
  const { sessions, tokens, audit, reader, users, invitations, signIn, account } = parts;
  return [
    { provide: Sessions, useValue: sessions },
    { provide: AccessTokens, useValue: tokens },
    { provide: AuditLog, useValue: audit },
    { provide: AuditReader, useValue: reader },
    { provide: Users, useValue: users },
    { provide: Invitations, useValue: invitations },
    { provide: SignIn, useValue: signIn },
    { provide: Reauthentication, useValue: parts.reauthentication },
    { provide: OwnAccount, useValue: account },
    { provide: SavedViews, useValue: new SavedViews(database, audit) },
    { provide: OwnSessions, useValue: new OwnSessions(database, sessions, audit) },
    { provide: SessionAnswers, useValue: new SessionAnswers(users, sessions, settings) },
    { provide: SignInLog, useValue: new SignInLog(logger) },
  ];
}
