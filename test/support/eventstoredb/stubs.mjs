/** The generated messages of the pinned client, which are CommonJS and an internal path of its package. */
import features from '@eventstore/db-client/generated/serverfeatures_pb.js'
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import gossip from '@eventstore/db-client/generated/gossip_pb.js'
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import rpcStatus from '@eventstore/db-client/generated/status_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js'
import grpc from '@grpc/grpc-js'
import anyMessage from 'google-protobuf/google/protobuf/any_pb.js'
import emptyMessage from 'google-protobuf/google/protobuf/empty_pb.js'

export { features, gossip, grpc, rpcStatus, shared, streams }
export const { StreamsService } = streamsService
export const { GossipService } = gossipService
export const { ServerFeaturesService } = featuresService
export const { Any } = anyMessage
export const { Empty: GoogleEmpty } = emptyMessage
