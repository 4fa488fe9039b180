import { ApiError } from './api-error';

/** Has the person prove who they are. Resolves to false when they would rather not. */
export type AskForProof = () => Promise<boolean>;

/** Sends a call to the admin API. */
type Send = (request: Request) => Promise<Response>;

/**
 * Repeats a call that was refused with `reauthentication_required` once the person has proved who they
 * are, so that no page has to know which calls take that. Calls that are refused while the person is
 * asked wait for the same answer.
 */
export class ProofGate {
  private ask: AskForProof | null = null;
  private asked: Promise<boolean> | null = null;

  /**
   * @param send sends a call
   */
  constructor(private readonly send: Send) {}

  /**
   * Says who asks the person from now on.
   *
   * @param ask shows a dialog; null when there is none any more
   */
  askWith(ask: AskForProof | null): void {
    this.ask = ask;
  }

  /**
   * Sends a call, and once more after the person has proved who they are, if that is what it takes.
   *
   * @param request the call
   * @returns the API's answer; the refusal, when the person gave no proof
   */
  async fetch(request: Request): Promise<Response> {
    // Reading takes no proof. A body can be sent once: the copy is for the second time.
    const again = request.method === 'GET' ? null : request.clone();
    const response = await this.send(request);
    if (again === null || response.status !== 403 || !(await wantsProof(response.clone()))) {
      return response;
    }
    return (await this.prove()) ? this.send(again) : response;
  }

  private prove(): Promise<boolean> {
    this.asked ??= (this.ask?.() ?? Promise.resolve(false)).finally(() => {
      this.asked = null;
    });
    return this.asked;
  }
}

async function wantsProof(response: Response): Promise<boolean> {
  const body: unknown = await response.json().catch(() => null);
  return ApiError.from(response, body).code === 'reauthentication_required';
}
