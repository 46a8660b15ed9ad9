internal import HTTP
internal import Mail

/// Who wants to hear how TLS with a domain's hosts goes: the TXT record `_smtp._tls`, RFC 8460 §3.
struct ReportRecord: Equatable {
    enum Address: Equatable {
        case mail(Mail.Address)
        case https(HTTPSAddress)
    }

    /// What is beyond is passed over: one domain may not have us write to the whole world.
    static let mostAddresses = 4

    /// By the URI that the record has.
    let addresses: [(uri: String, address: Address)]

    static func == (left: ReportRecord, right: ReportRecord) -> Bool {
        left.addresses.elementsEqual(right.addresses) { $0.uri == $1.uri && $0.address == $1.address }
    }

    /// The record of a domain; nil where nobody wants reports.
    init?(_ texts: [[UInt8]]) {
        guard let list = TextFields.only("TLSRPTv1", in: texts)?["rua"] else { return nil }
        var addresses: [(String, Address)] = []
        for part in list.utf8.split(separator: UInt8(ascii: ",")) {
            let uri = String(Substring(part)).filter { $0 != " " && $0 != "\t" }
            guard addresses.count < Self.mostAddresses, !addresses.contains(where: { $0.0 == uri }),
                let address = Self.address(uri)
            else { continue }
            addresses.append((uri, address))
        }
        guard !addresses.isEmpty else { return nil }
        self.addresses = addresses
    }

    private static func address(_ uri: String) -> Address? {
        if let address = HTTPSAddress(uri) { return .https(address) }
        guard uri.prefix(7).lowercased() == "mailto:" else { return nil }
        // RFC 6068 §2: what stands behind a question mark is for people's programs.
        let text = uri.utf8.dropFirst(7).prefix { $0 != UInt8(ascii: "?") }
        guard let address = percentDecoded(text).flatMap({ try? Mail.Address(parsing: $0) }), !address.isNull else {
            return nil
        }
        return .mail(address)
    }

    private static func percentDecoded(_ text: some Collection<UInt8>) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
