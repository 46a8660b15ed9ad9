/// What the child that runs a plugin tells its parent, a line of JSON each.
enum ProbeEvent: Codable, Sendable {
    /// This is about to run; if nothing follows, it was the last thing that did.
    case step(String)
    case descriptor(Descriptor)
    /// An extension of the host was asked for.
    case asked(String)
    case hook(RegisteredHook)
    case service(String)
    case finding(Finding)
    /// The plugin was created, started and destroyed.
    case done

    struct Descriptor: Codable, Sendable {
        let id: String
        let version: String
        let major: Int
        let minor: Int
        let draft: Int
        let flags: [String]
    }

    struct RegisteredHook: Codable, Sendable {
        let hook: String
        let signature: String
        let priority: Int
        let timeoutMilliseconds: Int
        let flags: [String]
        /// What the server would refuse it for.
        let fault: String?
    }
}
