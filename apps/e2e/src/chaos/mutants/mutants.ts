/** A variant of the product that lacks one guard. The harness must notice it. */
export interface Mutant {
  readonly name: string;
  /** Description of the removed guard. */
  readonly without: string;
  /** Kinds of faults that reveal it. */
  readonly provokedBy: RegExp;
  /** Replacements in the text of statements, by prepared name. */
  readonly statements?: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>>;
  /** Statements that change the database before the run. */
  readonly schema?: string;
  /** Whether acceptance is answered before its commit. */
  readonly answersFirst?: true;
}

const ANY_PROJECT = ['r.project_id = $2::uuid', '$2::uuid IS NOT NULL'] as const;

const ANY_FENCE = ['r.id = i.id AND r.fence = i.fence', 'r.id = i.id'] as const;

/** All variants. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'fence',
    without: 'finish writes whatever the fence is',
    provokedBy: /pause a worker/,
    statements: { 'requests-finish': [ANY_FENCE], 'requests-finish-and-notify': [ANY_FENCE] },
  },
  {
    name: 'reaper',
    without: 'expired leases are not taken back',
    provokedBy: /kill -9 a worker$/,
    statements: {
      'requests-reap': [["status = 'processing' AND lease_expires_at < now()", 'false']],
    },
  },
  {
    name: 'claim-cas',
    without: 'a claim takes rows without locking what it looked at',
    provokedBy: /kill -9 an API$/,
    statements: {
      'requests-claim': [
        ['FOR UPDATE SKIP LOCKED', ''],
        // A moved row is not found by its place either.
        ['SELECT ctid AS place, id,', 'SELECT id AS place, id,'],
        ['r.ctid = fitting.place', 'r.id = fitting.place'],
      ],
    },
  },
  {
    name: 'own-start',
    without: 'a worker runs also what another has accepted under the same id',
    provokedBy: /pause a worker|links: silent/,
    statements: {
      'requests-start': [
        [
          'SELECT id, created_at FROM inserted',
          `SELECT id, created_at FROM inserted
           UNION ALL SELECT r.id, r.created_at FROM requests r JOIN input i ON i.id = r.id`,
        ],
      ],
    },
  },
  {
    name: 'unique-key',
    without: 'idempotency keys are not unique',
    provokedBy: /with one key/,
    schema: `DO $$ DECLARE name text; BEGIN
      FOR name IN SELECT indexname FROM pg_indexes
        WHERE tablename = 'requests' AND indexdef LIKE 'CREATE UNIQUE%idempotency_key%'
      LOOP EXECUTE format('DROP INDEX %I', name); END LOOP; END $$`,
  },
  {
    name: 'commit-before-answer',
    without: 'the client is answered before the commit',
    provokedBy: /kill -9 (an|all) API/,
    answersFirst: true,
  },
  {
    name: 'project-filter',
    without: 'records are found whatever project they belong to',
    provokedBy: /kill -9 an API$/,
    statements: {
      'requests-read': [[...ANY_PROJECT]],
      'requests-cancel': [[...ANY_PROJECT]],
      'requests-retry': [[...ANY_PROJECT]],
    },
  },
];
