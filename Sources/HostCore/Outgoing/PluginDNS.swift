internal import DNS
internal import PluginHost
internal import System

/// Answers plugins' questions to DNS: haraka.dns/1.
final class PluginDNS: DNSService {
    private let resolver = Locked<Resolver?>(nil)

    /// From now on there is a resolver.
    func serve(by resolver: Resolver) { self.resolver.withLock { $0 = resolver } }

    func ask(
        _ name: String,
        type: UInt16,
        timeout: Duration,
        _ done: @escaping @Sendable (DNSReply) -> Void
    ) throws(ServiceFault) {
        guard let resolver = resolver.withLock({ $0 }) else { throw .notReady }
        guard let name = try? Name(name) else { throw .invalid }
        resolver.look(up: Question(name, RecordType(number: type)), within: timeout) { done(DNSReply($0)) }
    }
}

extension DNSReply {
    init(_ answer: DNS.Answer) {
        let code: Int32 =
            switch answer.outcome {
            case .found, .noData: 0
            case .noSuchName: 3
            case .failed, .bogus: 2
            case .timedOut, .stopped: -1
            }
        let isBogus = if case .bogus = answer.outcome { true } else { false }
        self.init(
            code: code,
            timeToLive: UInt32(clamping: answer.timeToLive.components.seconds),
            security: isBogus ? .bogus : answer.isSecure ? .secure : .insecure,
            records: answer.records.map(\.presented)
        )
    }
}

extension Record {
    /// As a master file has it (RFC 1035 §5.1), TXT apart: its strings are joined.
    fileprivate var presented: [UInt8] {
        switch self {
        case .txt(let bytes): bytes
        case .address(let address): Array("\(address)".utf8)
        case .mx(let mx): Array("\(mx.preference) \(Self.absolute(mx.host))".utf8)
        case .ptr(let name), .cname(let name), .ns(let name): Array(Self.absolute(name).utf8)
        case .tlsa(let key):
            Array("\(key.usage) \(key.selector) \(key.matching) \(Hexadecimal.text(of: key.data))".utf8)
        // RFC 3597 §5.
        case .other(let bytes): Array("\\# \(bytes.count) \(Hexadecimal.text(of: bytes))".utf8)
        }
    }

    private static func absolute(_ name: Name) -> String { name.isRoot ? "." : name.text + "." }
}
