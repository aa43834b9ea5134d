/** The OpenID provider's storage, on our port. */
import { createHash } from 'node:crypto';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { IdentityRecord, IdentityRecordStore } from '../ports/identity-records.ts';

/** What can be used by whoever knows its id, and is found by nothing else: only the hash of the id is kept. */
const SECRET_KINDS = new Set(['RefreshToken', 'AuthorizationCode', 'AccessToken']);

export function createRecordAdapter(kind: string, records: IdentityRecordStore, nowMs: () => number): Adapter {
  const isSecret = SECRET_KINDS.has(kind);
  const keyOf = (id: string) => (isSecret ? createHash('sha256').update(`${kind} ${id}`).digest('hex') : id);
  const payloadOf = (record: IdentityRecord | null, id?: string): AdapterPayload | undefined => {
    if (record === null || (record.expiresAtMs !== null && record.expiresAtMs <= nowMs())) return undefined;
    const { payload, consumedAtMs } = record;
    const secret = id === undefined ? {} : { jti: id };
    return { ...payload, ...secret, ...(consumedAtMs === null ? {} : { consumed: Math.floor(consumedAtMs / 1000) }) };
  };
  return {
    async upsert(id, payload, expiresInSeconds) {
      const { jti, consumed, ...rest } = payload;
      await records.put({
        kind,
        id: keyOf(id),
        payload: isSecret || jti === undefined ? rest : { ...rest, jti },
        uid: payload.uid ?? null,
        userCode: payload.userCode ?? null,
        grantId: kind === 'Grant' ? id : (payload.grantId ?? null),
        accountId: payload.accountId ?? null,
        consumedAtMs: consumed === undefined ? null : Number(consumed) * 1000,
        expiresAtMs: expiresInSeconds === undefined ? null : nowMs() + expiresInSeconds * 1000,
      });
      return undefined;
    },
    find: async (id) => payloadOf(await records.find(kind, keyOf(id)), id),
    findByUid: async (uid) => payloadOf(await records.findByUid(kind, uid)),
    findByUserCode: async (userCode) => payloadOf(await records.findByUserCode(kind, userCode)),
    async consume(id) {
      if (await records.consume(kind, keyOf(id), nowMs())) return undefined;
      // Of two that use the same one at once, one is not its owner: nobody keeps anything.
      const record = await records.find(kind, keyOf(id));
      if (record?.grantId) await records.deleteOfGrant(record.grantId);
      throw new errors.InvalidGrant('used already');
    },
    async destroy(id) {
      await records.delete(kind, keyOf(id));
      return undefined;
    },
    async revokeByGrantId(grantId) {
      await records.deleteOfGrant(grantId);
      return undefined;
    },
  };
}
