// MD5, SHA-256 and HMAC-SHA256, as small as they come: httpload signs every request and must leave the cores to the server.
#pragma once
#include <stdint.h>
#include <string.h>

typedef struct {
  uint32_t state[8];
  uint64_t length;
  uint8_t block[64];
} Hash;

typedef void (*Compress)(uint32_t *state, const uint8_t *block);

static inline uint32_t rotate_left(uint32_t x, int n) { return x << n | x >> (32 - n); }
static inline uint32_t rotate_right(uint32_t x, int n) { return x >> n | x << (32 - n); }

static void hash_update(Hash *hash, Compress compress, const void *data, size_t length) {
  const uint8_t *bytes = data;
  while (length > 0) {
    size_t at = hash->length % 64, take = 64 - at < length ? 64 - at : length;
    memcpy(hash->block + at, bytes, take);
    hash->length += take, bytes += take, length -= take;
    if (hash->length % 64 == 0) compress(hash->state, hash->block);
  }
}

static void hash_pad(Hash *hash, Compress compress, int big_endian) {
  uint64_t bits = hash->length * 8;
  uint8_t size[8], one = 0x80, zero = 0;
  for (int i = 0; i < 8; i++) size[i] = (uint8_t)(bits >> (big_endian ? 56 - 8 * i : 8 * i));
  hash_update(hash, compress, &one, 1);
  while (hash->length % 64 != 56) hash_update(hash, compress, &zero, 1);
  hash_update(hash, compress, size, 8);
}

static void md5_compress(uint32_t *state, const uint8_t *block) {
  static const uint32_t K[64] = {
      0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
      0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
      0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
      0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
      0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
      0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
      0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
      0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};
  static const int SHIFT[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], word[16];
  memcpy(word, block, 64); // little-endian machines only, like everything this runs on
  for (int i = 0; i < 64; i++) {
    uint32_t f;
    int g;
    if (i < 16) f = (b & c) | (~b & d), g = i;
    else if (i < 32) f = (d & b) | (~d & c), g = (5 * i + 1) % 16;
    else if (i < 48) f = b ^ c ^ d, g = (3 * i + 5) % 16;
    else f = c ^ (b | ~d), g = (7 * i) % 16;
    uint32_t next = b + rotate_left(a + f + K[i] + word[g], SHIFT[i / 16][i % 4]);
    a = d, d = c, c = b, b = next;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
}

static void sha256_compress(uint32_t *state, const uint8_t *block) {
  static const uint32_t K[64] = {
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
      0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
      0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
      0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
      0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
      0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
      0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
      0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
  uint32_t w[64], v[8];
  for (int i = 0; i < 16; i++)
    w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
  for (int i = 16; i < 64; i++) {
    uint32_t s0 = rotate_right(w[i - 15], 7) ^ rotate_right(w[i - 15], 18) ^ w[i - 15] >> 3;
    uint32_t s1 = rotate_right(w[i - 2], 17) ^ rotate_right(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  memcpy(v, state, sizeof v);
  for (int i = 0; i < 64; i++) {
    uint32_t s1 = rotate_right(v[4], 6) ^ rotate_right(v[4], 11) ^ rotate_right(v[4], 25);
    uint32_t s0 = rotate_right(v[0], 2) ^ rotate_right(v[0], 13) ^ rotate_right(v[0], 22);
    uint32_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + K[i] + w[i];
    uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
    memmove(v + 1, v, 7 * sizeof v[0]);
    v[4] += t1;
    v[0] = t1 + t2;
  }
  for (int i = 0; i < 8; i++) state[i] += v[i];
}

static void to_hex(char *out, const uint8_t *bytes, size_t length) {
  static const char DIGITS[] = "0123456789abcdef";
  for (size_t i = 0; i < length; i++) out[2 * i] = DIGITS[bytes[i] >> 4], out[2 * i + 1] = DIGITS[bytes[i] & 15];
  out[2 * length] = 0;
}

static inline void md5_hex(char out[33], const void *data, size_t length) {
  Hash hash = {.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}};
  hash_update(&hash, md5_compress, data, length);
  hash_pad(&hash, md5_compress, 0);
  to_hex(out, (const uint8_t *)hash.state, 16);
}

static void sha256_finish(Hash *hash, uint8_t out[32]) {
  hash_pad(hash, sha256_compress, 1);
  for (int i = 0; i < 32; i++) out[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}

static const Hash SHA256 = {
    .state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};

// The two halves of an HMAC with the key already in them: copied for every message.
typedef struct {
  Hash inner, outer;
} HmacKey;

static inline HmacKey hmac_key(const char *secret) {
  uint8_t pad[64] = {0};
  size_t length = strlen(secret);
  HmacKey key = {SHA256, SHA256};
  if (length > sizeof pad) {
    Hash hash = SHA256;
    hash_update(&hash, sha256_compress, secret, length);
    sha256_finish(&hash, pad);
  } else {
    memcpy(pad, secret, length);
  }
  for (int i = 0; i < 64; i++) pad[i] ^= 0x36;
  hash_update(&key.inner, sha256_compress, pad, 64);
  for (int i = 0; i < 64; i++) pad[i] ^= 0x36 ^ 0x5c;
  hash_update(&key.outer, sha256_compress, pad, 64);
  return key;
}

static inline void hmac_hex(char out[65], const HmacKey *key, const void *data, size_t length) {
  HmacKey mac = *key;
  uint8_t digest[32];
  hash_update(&mac.inner, sha256_compress, data, length);
  sha256_finish(&mac.inner, digest);
  hash_update(&mac.outer, sha256_compress, digest, 32);
  sha256_finish(&mac.outer, digest);
  to_hex(out, digest, 32);
}
