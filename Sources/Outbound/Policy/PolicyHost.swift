public import DNS
public import HTTP
internal import Wire

/// Gets policies as RFC 8461 §3 says: by a TXT record, then over HTTPS.
public struct PolicyHost: PolicySource {
    /// RFC 8461 §3.3 suggests both.
    private static let limit = 64 << 10
    private static let patience = Duration.seconds(60)

    private let resolver: Resolver
    private let client: HTTPSClient
    private let port: @Sendable () -> UInt16

    /// The port is 443 for all the world.
    public init(resolver: Resolver, client: HTTPSClient, port: @escaping @Sendable () -> UInt16 = { 443 }) {
        (self.resolver, self.client, self.port) = (resolver, client, port)
    }

    func id(of domain: Name) async -> String? {
        guard let name = try? domain.prefixed(by: "_mta-sts") else { return nil }
        return Self.id(in: await resolver.answer(to: Question(name, .txt)).texts)
    }

    /// RFC 8461 §3.1: 1 to 32 letters and digits.
    static func id(in texts: [[UInt8]]) -> String? {
        guard let id = TextFields.only("STSv1", in: texts)?["id"], (1...32).contains(id.utf8.count),
            id.utf8.allSatisfy(NameBytes.isAlphanumeric)
        else { return nil }
        return id
    }

    func text(of domain: Name) async throws(PolicyFault) -> [UInt8] {
        let port = port()
        guard let host = try? domain.prefixed(by: "mta-sts"),
            let address = HTTPSAddress(host: host.text, port: port, path: "/.well-known/mta-sts.txt")
        else { throw .unreachable("\(domain.text) can't have a policy host") }
        let target = try await target(host, port)
        let response: HTTPResponse
        do throws(HTTPFault) {
            response = try await client.perform(
                HTTPRequest(address),
                at: target,
                limit: Self.limit,
                within: Self.patience
            )
        } catch {
            if case .tls(let reason) = error { throw .untrusted("\(host.text): \(reason)") }
            throw .unreachable("\(host.text): \(error)")
        }
        // A redirect isn't followed: RFC 8461 §3.3.
        guard response.status == 200 else {
            throw .unreachable("\(host.text) answered with the status \(response.status)")
        }
        guard response.mediaType == "text/plain" else { throw .invalid("\(host.text): the policy isn't text/plain") }
        return response.body
    }

    private func target(_ host: Name, _ port: UInt16) async throws(PolicyFault) -> OutcallTarget {
        switch await resolver.addresses(of: host) {
        case .none: throw .unreachable("\(host.text) has no address")
        case .unknown(let reason): throw .unreachable("\(host.text): \(reason)")
        case .found(let found): return .race(found, port: port)
        }
    }
}

extension OutcallTarget {
    /// The addresses that DNS has found.
    static func race(_ found: HostAddresses.Found, port: UInt16) -> OutcallTarget {
        .race(OutcallRace(found.addresses.compactMap(IPAddress.init).map { OutcallAddress($0, port: port) }))
    }
}
