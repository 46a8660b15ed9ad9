/// What a hook is about, beyond what the session knows.
public enum About: Sendable {
    case nothing
    /// `unrecognized_command`: the verb in upper case and the rest of the line; `vrfy`: the argument counts.
    case command(verb: String, argument: String)
    /// `queue_ok`: what the queue plugin said.
    case queueText(String)
    /// `auth_lookup`, `auth_verify`, `auth_token`.
    case authentication(mechanism: String, user: String, secret: [UInt8], token: [UInt8])
    /// The outbound hooks.
    case delivery(DeliveryFacts)
}
