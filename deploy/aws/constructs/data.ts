/** What is kept: four tables, and a bucket of everything that is large. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, ProjectionType, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { HttpMethods, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import {
  INCOMPLETE_UPLOAD_DAYS,
  objectLifetimesDays,
  objectPrefixes,
} from '../../../server/adapters/aws/layout/object-keys.ts';
import { type TableDefinition, type TableName, tables } from '../../../server/adapters/aws/layout/tables.ts';
import { privateBucket } from './buckets.ts';

export interface DataProps {
  /** Stays when the stack goes. */
  keep: boolean;
  /** Undefined: keys that AWS owns. */
  key: IKey | undefined;
  logs: IBucket;
}

const key = (name: string) => ({ name, type: AttributeType.STRING });

export class Data extends Construct {
  readonly tables: Readonly<Record<TableName, TableV2>>;
  readonly bucket: IBucket;

  constructor(scope: Construct, id: string, props: DataProps) {
    super(scope, id);
    const entries = Object.entries(tables).map(([name, table]) => [name, this.table(name, table, props)] as const);
    this.tables = Object.fromEntries(entries) as Record<TableName, TableV2>;
    this.bucket = this.objects(props);
  }

  private table(name: string, table: TableDefinition, { keep, key: encryptionKey }: DataProps): TableV2 {
    return new TableV2(this, name, {
      partitionKey: key(table.partitionKey),
      ...(table.sortKey !== null && { sortKey: key(table.sortKey) }),
      globalSecondaryIndexes: table.indexes.map((index) => ({
        indexName: index.name,
        partitionKey: key(index.partitionKey),
        sortKey: key(index.sortKey),
        ...(index.projected.length === 0
          ? { projectionType: ProjectionType.KEYS_ONLY }
          : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...index.projected] }),
      })),
      ...(table.timeToLiveAttribute !== null && { timeToLiveAttribute: table.timeToLiveAttribute }),
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption:
        encryptionKey === undefined
          ? TableEncryptionV2.dynamoOwnedKey()
          : TableEncryptionV2.customerManagedKey(encryptionKey),
      deletionProtection: keep,
      removalPolicy: keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  private objects({ keep, key: encryptionKey, logs }: DataProps): IBucket {
    return privateBucket(this, 'Objects', {
      keep,
      key: encryptionKey,
      versioned: true,
      eventBridgeEnabled: true,
      serverAccessLogsBucket: logs,
      serverAccessLogsPrefix: 'objects/',
      // A browser that has a signed URL may use it: what counts is the signature.
      cors: [
        {
          allowedOrigins: ['*'],
          allowedMethods: [HttpMethods.GET, HttpMethods.HEAD, HttpMethods.PUT, HttpMethods.POST],
          allowedHeaders: ['*'],
          exposedHeaders: ['ETag'],
          maxAge: 3600,
        },
      ],
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(INCOMPLETE_UPLOAD_DAYS) },
        ...expiring(),
        // What was replaced or deleted can be brought back for a while; runs replace one object every few seconds.
        { noncurrentVersionExpiration: Duration.days(7), expiredObjectDeleteMarker: true },
      ],
    });
  }
}

function expiring() {
  return Object.entries(objectLifetimesDays).map(([name, days]) => ({
    prefix: objectPrefixes[name as keyof typeof objectLifetimesDays],
    expiration: Duration.days(days),
  }));
}
