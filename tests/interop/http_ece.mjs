// RFC 8188 by other hands: the npm package http_ece, standard input to standard output.
// node http_ece.mjs encrypt KEY RECORD_SIZE KEY_ID | decrypt KEY      (KEY in base64url)
import {readFileSync, writeFileSync} from 'node:fs';
import ece from 'http_ece';

const [what, key, recordSize, keyId] = process.argv.slice(2);
const input = readFileSync(0);
const output = what === 'encrypt'
  ? ece.encrypt(input, {version: 'aes128gcm', key, rs: Number(recordSize), keyid: keyId})
  : ece.decrypt(input, {version: 'aes128gcm', key});
writeFileSync(1, output);
