/** The socket's message types as the host uses them. */
import type { ClusterDocument } from "../api/cluster";

export type { ClientMessage, RequestTrace, ServerMessage } from "../api/socket";
/** Makes the cluster's document as it is now. */
export type ClusterDocumentSource = () => ClusterDocument;
