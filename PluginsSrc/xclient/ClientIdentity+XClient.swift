import Networks
import PluginKit

extension ClientIdentity {
    /// Reads what stands behind XCLIENT: http://www.postfix.org/XCLIENT_README.html.
    init(xclient argument: String) throws(Malformed) {
        let values = try Self.values(argument)
        guard let written = values[.address] else { throw Malformed("ADDR is missing") }
        self.init(remoteIP: try Self.address(written, .address))
        remoteHost = try values[.name].map(Self.host)
        remotePort = try values[.port].map { text throws(Malformed) in try Self.port(text, .port) } ?? 0
        helloHost = try values[.hello].map(Self.hello)
        let isExtended = try values[.dialect].map(Self.isExtended) ?? false
        isESMTP = helloHost != nil && isExtended
        authUser = try values[.login].map(Self.login)
        localIP = try values[.destinationAddress].map { text throws(Malformed) in
            try Self.address(text, .destinationAddress)
        }
        localPort =
            try values[.destinationPort].map { text throws(Malformed) in
                try Self.port(text, .destinationPort)
            } ?? 0
    }

    /// The attributes that are known, decoded.
    private static func values(_ argument: String) throws(Malformed) -> [Attribute: String] {
        var seen: Set<Attribute> = []
        var values: [Attribute: String] = [:]
        for word in argument.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
            guard let sign = word.firstIndex(of: "="), let attribute = Attribute(rawValue: word[..<sign].uppercased())
            else { throw Malformed("Write NAME=value, with the names of the EHLO line") }
            guard seen.insert(attribute).inserted else { throw Malformed("\(attribute.rawValue) comes twice") }
            let value = word[sign...].dropFirst()
            if attribute != .dialect, isUnknown(value) { continue }
            guard let text = Xtext.decode(value), !text.isEmpty else {
                throw Malformed("The value of \(attribute.rawValue) is no xtext")
            }
            guard isPlain(text) else { throw Malformed("The value of \(attribute.rawValue) has control characters") }
            values[attribute] = text
        }
        return values
    }

    /// The host in front doesn't know, for good or for now.
    private static func isUnknown(_ value: Substring) -> Bool {
        ["[UNAVAILABLE]", "[TEMPUNAVAIL]"].contains(value.uppercased())
    }

    /// Nothing that ends a line of a log or reaches a terminal.
    private static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            !(0...0x1F).contains(scalar.value) && !(0x7F...0x9F).contains(scalar.value)
                && scalar.value != 0x2028 && scalar.value != 0x2029
        }
    }

    private static func address(_ text: String, _ attribute: Attribute) throws(Malformed) -> String {
        let prefix = "IPV6:"
        let isLong = text.uppercased().hasPrefix(prefix)
        let address = isLong ? String(text.dropFirst(prefix.count)) : text
        // IPAddress takes a zone, which means nothing on another machine.
        guard address.contains(":") == isLong, !address.contains("%"), IPAddress(address) != nil else {
            throw Malformed("\(attribute.rawValue) is no address; an IPv6 address begins with IPV6:")
        }
        return address
    }

    private static func port(_ text: String, _ attribute: Attribute) throws(Malformed) -> Int {
        guard text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let port = Int(text), 1...65535 ~= port else {
            throw Malformed("\(attribute.rawValue) is no port")
        }
        return port
    }

    private static func host(_ text: String) throws(Malformed) -> String {
        guard text.utf8.count <= 255, !text.utf8.contains(0x20) else { throw Malformed("NAME is no host name") }
        return text
    }

    private static func hello(_ text: String) throws(Malformed) -> String {
        guard text.utf8.count <= 255, text.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) else {
            throw Malformed("HELO is no host name")
        }
        return text
    }

    private static func login(_ text: String) throws(Malformed) -> String {
        guard text.utf8.count <= 512 else { throw Malformed("LOGIN is too long") }
        return text
    }

    private static func isExtended(_ text: String) throws(Malformed) -> Bool {
        switch text.uppercased() {
        case "ESMTP": true
        case "SMTP": false
        default: throw Malformed("PROTO is SMTP or ESMTP")
        }
    }
}
