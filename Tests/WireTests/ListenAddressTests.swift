import Testing

@testable import Wire

struct ListenAddressTests {
    @Test(
        "Haraka's listen texts are understood",
        arguments: [
            ("[::0]:25", .tcp(host: "::0", port: 25)),
            ("127.0.0.1:2525", .tcp(host: "127.0.0.1", port: 2525)),
            ("587", .tcp(host: "::", port: 587)),
            ("192.0.2.1", .tcp(host: "192.0.2.1", port: 25)),
            ("[2001:db8::1]", .tcp(host: "2001:db8::1", port: 25)),
            ("2001:db8::1", .tcp(host: "2001:db8::1", port: 25)),
            (" [::1]:0\t", .tcp(host: "::1", port: 0)),
            ("[127.0.0.1]:26", .tcp(host: "127.0.0.1", port: 26)),
            ("/run/smtp.sock", .unix(path: "/run/smtp.sock", mode: nil)),
            ("/run/smtp.sock:0660", .unix(path: "/run/smtp.sock", mode: 0o660)),
            ("/run/smtp.sock:777", .unix(path: "/run/smtp.sock", mode: 0o777)),
        ] as [(String, ListenAddress)]
    )
    func reads(_ text: String, _ address: ListenAddress) throws {
        #expect(try ListenAddress(text) == address)
    }

    @Test(
        "What can't be listened on is refused with a sentence that names it",
        arguments: [
            "", "mail.example:25", "127.0.0.1:65536", "127.0.0.1:", "127.0.0.1:+5", "[::1", "[::1]25", "99999",
            "1.2.3:25",
            "/run/s:999", "/run/s:", "/run/s:1777", "/" + String(repeating: "x", count: 107),
        ]
    )
    func refuses(_ text: String) {
        let error = #expect(throws: ListenAddress.Malformed.self) { try ListenAddress(text) }
        #expect(error?.description.contains(text.split(separator: ":").first ?? "") == true)
        #expect(error?.description.hasSuffix(".") == true)
    }

    @Test("A list may have blanks and a comma at its end")
    func readsLists() throws {
        let addresses = try ListenAddress.list("[::0]:25, 127.0.0.1:587,,/run/s, ")
        #expect(addresses.map(\.description) == ["[::0]:25", "127.0.0.1:587", "/run/s"])
        #expect(try ListenAddress.list("") == [])
    }

    @Test("An address prints as it is read", arguments: ["[::1]:25", "10.0.0.1:26", "/run/s:0660", "/run/s"])
    func printsBack(_ text: String) throws {
        #expect(try ListenAddress(text).description == text)
    }
}
