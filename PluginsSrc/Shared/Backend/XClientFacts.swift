package import PluginKit

/// What a trusting server is told of the client: https://www.postfix.org/XCLIENT_README.html.
package struct XClientFacts: Sendable {
    package var address: String?
    package var port = 0
    package var name: String?
    package var hello: String?
    package var isESMTP = true
    package var login: String?

    package init() {}

    package init<Kind>(_ call: borrowing Call<Kind>) {
        address = call.remoteIP
        port = call.remotePort
        name = call.remoteHost
        hello = call.helloHost
        isESMTP = call.isESMTP
        login = call.authUser
    }

    /// The command, with those attributes that the server knows; nil when it knows none.
    package func command(for offered: [String]) -> String? {
        let known = attributes.filter { offered.contains($0.name) }
        guard !known.isEmpty else { return nil }
        return "XCLIENT " + known.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    }

    private var attributes: [(name: String, value: String)] {
        var list: [(String, String)] = []
        let reverse = name.map { ["NXDOMAIN", "DNSERROR", ""].contains($0) ? nil : $0 } ?? nil
        list.append(("NAME", reverse.map(Self.xtext) ?? "[UNAVAILABLE]"))
        let shown = address.map { $0.utf8.contains(UInt8(ascii: ":")) ? "IPV6:\($0)" : $0 }
        list.append(("ADDR", shown ?? "[UNAVAILABLE]"))
        if port > 0 { list.append(("PORT", String(port))) }
        list.append(("PROTO", isESMTP ? "ESMTP" : "SMTP"))
        list.append(("HELO", hello.map(Self.xtext) ?? "[UNAVAILABLE]"))
        if let login { list.append(("LOGIN", Self.xtext(login))) }
        return list
    }

    // RFC 3461 §4.
    private static func xtext(_ text: String) -> String {
        var coded = ""
        for byte in text.utf8 {
            if (0x21...0x7E).contains(byte), byte != UInt8(ascii: "+"), byte != UInt8(ascii: "=") {
                coded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                coded += byte < 16 ? "+0\(digits)" : "+\(digits)"
            }
        }
        return coded
    }
}
