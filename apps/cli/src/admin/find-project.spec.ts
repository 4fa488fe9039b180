import { EXIT } from '../exit-codes.js';
import { findProject } from './find-project.js';
import type { Project } from './types.js';

const project = (id: string, name: string, archived: string | null = null): Project => ({
  id,
  name,
  archived_at: archived,
});
const UUID = '0199f0a2-5c1e-7d4b-9a3f-2b6d8e1c4f70';
const listing =
  (...projects: Project[]) =>
  () =>
    Promise.resolve(projects);

describe('the project', () => {
  it('is the only one where none is named; archived ones do not count', async () => {
    const list = listing(project('a', 'one'), project('b', 'old', '2026-01-01T00:00:00Z'));
    await expect(findProject(undefined, list)).resolves.toBe('a');
  });

  it('must be named where there are several', async () => {
    const list = listing(project('a', 'one'), project('b', 'two'));
    await expect(findProject(undefined, list)).rejects.toMatchObject({
      exitCode: EXIT.usage,
      message: expect.stringMatching(/--project:\n {2}a {2}one\n {2}b {2}two$/) as string,
    });
    await expect(findProject('two', list)).resolves.toBe('b');
  });

  it('must be named by its id where two have one name', async () => {
    const list = listing(project('a', 'one'), project('b', 'one'));
    await expect(findProject('one', list)).rejects.toMatchObject({ exitCode: EXIT.usage });
  });

  it('is not looked up by its id, so that the token need not see projects', async () => {
    const never = () => Promise.reject(new Error('was asked'));
    await expect(findProject(UUID, never)).resolves.toBe(UUID);
  });

  it('that is not there is not found', async () => {
    await expect(findProject('three', listing())).rejects.toMatchObject({
      exitCode: EXIT.notFound,
    });
    await expect(findProject(undefined, listing())).rejects.toMatchObject({
      exitCode: EXIT.notFound,
    });
  });
});
