import { BytesAnswer } from './bytes-answer.js';

const SAMPLE_RATE = 8_000;
const HEADER_BYTES = 44;

/**
 * A tone as a WAV file, mono, 8 bits (http://soundfile.sapp.org/doc/WaveFormat/). Equal texts have equal tones.
 *
 * @param text whose tone it is
 */
export function toneOf(text: string): BytesAnswer {
  const samples = Math.min(SAMPLE_RATE, 800 + 20 * text.length);
  const file = Buffer.alloc(HEADER_BYTES + samples);
  file.write('RIFF', 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(SAMPLE_RATE, 24);
  file.writeUInt32LE(SAMPLE_RATE, 28);
  file.writeUInt16LE(1, 32);
  file.writeUInt16LE(8, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples, 40);
  const pitch = 200 + (text.length % 20) * 20;
  for (let at = 0; at < samples; at += 1) {
    const level = Math.sin((2 * Math.PI * pitch * at) / SAMPLE_RATE);
    file.writeUInt8(Math.round(128 + 100 * level), HEADER_BYTES + at);
  }
  return new BytesAnswer('audio/wav', file);
}
