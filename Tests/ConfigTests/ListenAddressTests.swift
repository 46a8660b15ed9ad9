import Config
import Testing

struct ListenAddressTests {
    @Test(
        arguments: [
            ("[::0]:25", .ip(host: "::0", port: 25)), ("[::0]", .ip(host: "::0", port: 25)),
            ("127.0.0.1:2525", .ip(host: "127.0.0.1", port: 2525)), ("127.0.0.1", .ip(host: "127.0.0.1", port: 25)),
            ("[127.0.0.1]:0", .ip(host: "127.0.0.1", port: 0)), ("2525", .ip(host: "::0", port: 2525)),
            ("/run/haraka.sock", .unix(path: "/run/haraka.sock", mode: nil)),
            ("/run/haraka.sock:0660", .unix(path: "/run/haraka.sock", mode: 0o660)),
        ] as [(String, ListenAddress)]
    )
    func `An address is understood and written so that it is understood again`(text: String, address: ListenAddress) {
        #expect(ListenAddress(text) == address)
        #expect(ListenAddress(address.description) == address)
    }

    @Test(arguments: [
        "", "localhost", "localhost:25", "::1", "[::1", "[::1]25", "[::1]:", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1",
        "1.2.3.4:+25", "1.2.3:25", "[]:25", "/run/x:999", "/run/x:1777", "70000",
    ])
    func `Anything else is refused`(text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
