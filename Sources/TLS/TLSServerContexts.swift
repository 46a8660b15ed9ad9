internal import COpenSSL

/// All contexts of a server, one chosen for each handshake by the name that the client asks for.
///
/// Immutable: a changed file means a new set, and engines that have begun go on with the old one, which they keep alive.
public final class TLSServerContexts: Sendable {
    /// The first is the one for clients that ask for no name or for one that nobody has.
    public let certificates: [TLSCertificate]
    public let tickets: TLSTicketKeys
    let fallback: ServerContext
    private let byName: [String: ServerContext]

    /// Makes the set; the first certificate is the default.
    ///
    /// Of two certificates with the same name and type of key the one that ends later is shown.
    public init(
        _ settings: TLSSettings,
        _ certificates: [TLSCertificate],
        tickets: TLSTicketKeys = TLSTicketKeys()
    ) throws(TLSError) {
        guard let first = certificates.first else {
            throw TLSError(.settings, "There is no certificate with a key, so TLS cannot be offered.")
        }
        self.certificates = certificates
        self.tickets = tickets
        var made: [[Int]: ServerContext] = [:]
        func context(_ places: [Int]) throws(TLSError) -> ServerContext {
            if let context = made[places] { return context }
            let context = try ServerContext(settings, places.map { certificates[$0] }, tickets)
            made[places] = context
            return context
        }
        let choice = Self.choice(of: certificates)
        var byName: [String: ServerContext] = [:]
        for (name, places) in choice { byName[name] = try context(places) }
        self.byName = byName
        // The default with its twins of another type of key; never a later one in its place.
        let twins = (first.names.first.flatMap { choice[$0] } ?? []).filter {
            $0 != 0 && certificates[$0].keyType != first.keyType
        }
        fallback = try context([0] + twins)
        let this = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe copenssl_on_server_name(fallback.handle.pointer, chooseContext, this)
    }

    /// Tickets from now on are sealed with a new key; those of the two before it are still good.
    public func rotateTicketKeys() { tickets.rotate() }

    /// For each name the places of its certificates, one for each type of key.
    private static func choice(of certificates: [TLSCertificate]) -> [String: [Int]] {
        var choice: [String: [Int]] = [:]
        for (place, certificate) in certificates.enumerated() {
            for name in certificate.names {
                var places = choice[name] ?? []
                if let same = places.firstIndex(where: { certificates[$0].keyType == certificate.keyType }) {
                    if certificates[places[same]].notAfter < certificate.notAfter { places[same] = place }
                } else {
                    places.append(place)
                }
                choice[name] = places.sorted()
            }
        }
        return choice
    }

    /// The certificates that a client gets which asks for this name.
    public func certificates(for name: String) -> [TLSCertificate] {
        (context(for: name) ?? fallback).certificates
    }

    /// By the whole name, then by a wildcard in place of its first label (RFC 9525 §6.3).
    func context(for name: String) -> ServerContext? {
        let name = name.lowercased()
        if let exact = byName[name] { return exact }
        guard let dot = name.firstIndex(of: ".") else { return nil }
        return byName["*" + name[dot...]]
    }
}

private func chooseContext(
    _ ssl: OpaquePointer?,
    _ alert: UnsafeMutablePointer<Int32>?,
    _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    guard let argument = unsafe argument, let name = unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name) else {
        return SSL_TLSEXT_ERR_NOACK
    }
    let contexts = unsafe Unmanaged<TLSServerContexts>.fromOpaque(argument).takeUnretainedValue()
    guard let context = unsafe contexts.context(for: String(cString: name)) else { return SSL_TLSEXT_ERR_NOACK }
    if context !== contexts.fallback { unsafe SSL_set_SSL_CTX(ssl, context.handle.pointer) }
    return SSL_TLSEXT_ERR_OK
}
