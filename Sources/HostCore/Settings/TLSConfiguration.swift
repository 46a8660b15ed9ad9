internal import SMTP
internal import System
internal import TLS
internal import Wire

/// What `tls.ini` and the certificates say: with what TLS is spoken, and what it means on which port.
///
/// A value of one reading of the files; certificates and keys are in it, since later they may not be readable any more.
struct TLSConfiguration: Sendable {
    /// The first is for clients that ask for no name that is known; none: TLS is off.
    var certificates: [TLSCertificate] = []
    var settings = TLSSettings()
    /// After how long there is a new key for tickets; nil: there are no tickets.
    var ticketRotation: Duration?
    var tickets = TLSTicketKeys()
    /// The port whose connections speak TLS from the first byte.
    var implicitPort: Int?
    var portsWithoutSTARTTLS: Set<Int> = []
    var portsThatRequireTLS: Set<Int> = []
    /// Ports where a client must show a certificate that one of the authorities of `ca` vouches for.
    var portsForVerifiedClients: Set<Int> = []
    /// Clients that STARTTLS isn't offered to.
    var exempt = NetworkList()
    /// Every file that was looked at, absolute and as it was; those that aren't there are missing.
    var files: [String: FileFacts] = [:]
    /// The paths that ``files`` is about.
    var paths: [String] = []
    /// Made once, while the files can be read; nil when TLS is off.
    private(set) var contexts: TLSServerContexts?
    /// Those for ``portsForVerifiedClients``.
    private(set) var strictContexts: TLSServerContexts?

    var isOn: Bool { contexts != nil }

    /// Reads authorities and tries ciphers and keys: what fails here would fail every handshake.
    func makeContexts() throws(TLSError) -> TLSServerContexts {
        try TLSServerContexts(settings, certificates, tickets: tickets)
    }

    /// Makes what ``contexts(port:)`` gives.
    mutating func prepare() throws(TLSError) {
        contexts = try makeContexts()
        guard !portsForVerifiedClients.isEmpty else { return }
        var strict = self
        strict.settings.clientCertificates = .require
        strictContexts = try strict.makeContexts()
    }

    /// What handshakes of a local port use; nil for the port of a unix socket.
    func contexts(port: Int?) -> TLSServerContexts? {
        requiresClientCertificate(port: port) ? strictContexts : contexts
    }

    /// Whether a port's connections begin with a handshake.
    func isImplicit(port: Int?) -> Bool { port != nil && port == implicitPort }

    /// Whether the handshake fails without a client's certificate that is verified.
    func requiresClientCertificate(port: Int?) -> Bool { port.map(portsForVerifiedClients.contains) ?? false }

    /// What STARTTLS is for a client at an address that has come to a local port; nil for those of a unix socket.
    ///
    /// Where only verified clients may come, TLS is required: a client in the clear has shown nothing.
    func startTLS(port: Int?, remote: String?) -> Policy.StartTLS {
        guard isOn else { return .off }
        if let port, portsWithoutSTARTTLS.contains(port) { return .off }
        if let port, portsThatRequireTLS.contains(port) || portsForVerifiedClients.contains(port) { return .required }
        if let remote = remote.flatMap({ IPAddress($0) }), exempt.contains(remote) { return .off }
        return .offered
    }

    /// What the files are like now, links followed: what a renewed one behind a link that is the same is told by.
    static func look(at paths: [String]) -> [String: FileFacts] {
        var facts: [String: FileFacts] = [:]
        for path in paths { facts[path] = try? FileFacts.of(path) }
        return facts
    }
}

extension TLSCertificate {
    /// Whether it is for a host's name, or for what stands for several: `*.example.org`.
    func covers(_ name: String) -> Bool {
        let name = name.lowercased()
        if names.contains(name) { return true }
        guard !name.hasPrefix("*"), let dot = name.firstIndex(of: ".") else { return false }
        return names.contains("*" + name[dot...])
    }

    /// As it is shown in a sentence.
    var title: String { names.isEmpty ? subject : names.joined(separator: ", ") }
}
