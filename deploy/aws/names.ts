/**
 * What stacks of one deployment call things that others of its stacks must find, in other regions, before or after they are made. Everything else is
 * named by CloudFormation. All of it begins with the deployment's name, which two deployments in one account do not share.
 */
export interface DeploymentNames {
  stateMachine: string;
  /** In each region. */
  cluster: string;
  /** In each region. */
  taskFamily: string;
  /** Path of the roles of tasks, in all regions: what the control plane may hand to ECS. */
  taskRolePath: string;
  /** How names of the log groups of tasks begin: CloudFormation makes the rest up, since a group may outlive its stack. */
  taskLogs: string;
  publicUrlParameter: string;
  /** Parameters of the main region that regions' stacks read. */
  recordsTableParameter: string;
  iotHostParameter: string;
  /** Repository of the image, in each region. */
  imageRepository: string;
  /** Copies it to the other regions. */
  imageCopyProject: string;
  liveAuthorizer: string;
}

export function namesOf(deployment: string): DeploymentNames {
  const parameters = `/loadstar/${deployment}`;
  return {
    stateMachine: `${deployment}-runs`,
    cluster: `${deployment}-tasks`,
    taskFamily: `${deployment}-tasks`,
    taskRolePath: `/loadstar/${deployment}/tasks/`,
    taskLogs: `${regionStackName(deployment)}-LoadGeneratorLogs`,
    publicUrlParameter: `${parameters}/public-url`,
    recordsTableParameter: `${parameters}/records-table`,
    iotHostParameter: `${parameters}/iot-host`,
    imageRepository: `loadstar/${deployment}`,
    imageCopyProject: `${deployment}-image-copy`,
    liveAuthorizer: `${deployment}-live`,
  };
}

/** Of each region; in a region there is one. */
export function regionStackName(deployment: string): string {
  return `${deployment}-tasks`;
}

/** Tag of the image that tasks run. */
export const IMAGE_TAG = 'current';
