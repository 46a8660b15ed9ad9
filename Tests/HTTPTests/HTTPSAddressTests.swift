import Testing

@testable import HTTP

/// URIs that requests go to.
struct HTTPSAddressTests {
    @Test(
        "A URI says where a request goes",
        arguments: [
            ("https://a.example", "a.example", 443, "/"), ("HTTPS://A.Example/X", "a.example", 443, "/X"),
            ("https://a.example:8443/v1?x=y&z#f", "a.example", 8443, "/v1?x=y&z"),
            ("https://a.example?x", "a.example", 443, "/?x"), ("https://192.0.2.1:/", "192.0.2.1", 443, "/"),
        ]
    )
    func read(_ text: String, _ host: String, _ port: UInt16, _ path: String) throws {
        let address = try #require(HTTPSAddress(text))
        #expect((address.host, address.port, address.path) == (host, port, path))
    }

    @Test(
        "What would not be a URI, or could break a request, is none",
        arguments: [
            "", "https://", "http://a.example/", "mailto:a@b", "https://u:p@a.example/", "https://u@a.example/",
            "https://[::1]/", "https://a.example:0/", "https://a.example:65536/", "https://a.example:x/",
            "https://a.example/x y", "https://a.example/x\r\nHost: b", "https://a_b.example\u{0}/",
            "https://ä.example/",
            "https://a.example/ü", "https://a.example:1:2/",
        ]
    )
    func refused(_ text: String) {
        #expect(HTTPSAddress(text) == nil)
    }

    @Test func `A request is what servers read`() throws {
        let address = try #require(HTTPSAddress("https://a.example:8443/v1?x"))
        let get = String(decoding: HTTPRequest(address).bytes, as: UTF8.self)
        #expect(get.hasPrefix("GET /v1?x HTTP/1.1\r\nHost: a.example:8443\r\n") && get.hasSuffix("\r\n\r\n"))
        let content = HTTPRequest.Content(type: "a/b", bytes: Array("hello".utf8))
        let post = String(decoding: HTTPRequest(address, posting: content).bytes, as: UTF8.self)
        #expect(post.hasPrefix("POST /v1?x HTTP/1.1\r\n"))
        #expect(post.hasSuffix("Content-Type: a/b\r\nContent-Length: 5\r\n\r\nhello"))
    }
}
