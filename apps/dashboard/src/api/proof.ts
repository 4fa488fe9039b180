import { ApiError } from './api-error';

/** Asks the user to authenticate again. Resolves to false when the user cancels. */
export type AskForProof = () => Promise<boolean>;

/** Sends a call to the admin API. */
type Send = (request: Request) => Promise<Response>;

/**
 * Repeats a call that was refused with `reauthentication_required` after the user has authenticated again,
 * so that pages need not know which calls require that. Calls that are refused meanwhile share the same
 * prompt.
 */
export class ProofGate {
  private ask: AskForProof | null = null;
  private asked: Promise<boolean> | null = null;

  /**
   * @param send sends a call
   */
  constructor(private readonly send: Send) {}

  /**
   * Sets the function that asks the user.
   *
   * @param ask shows a dialog; null when there is no dialog
   */
  askWith(ask: AskForProof | null): void {
    this.ask = ask;
  }

  /**
   * Sends a call. If it requires a new authentication, sends it again after that.
   *
   * @param request the call
   * @returns the API's answer; the refusal, when the user canceled
   */
  async fetch(request: Request): Promise<Response> {
    // Reads require no new authentication. A body can be sent only once, so the repetition needs a copy.
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
