import PluginKit
import Testing

@testable import {{TYPE}}

@Test(arguments: [
    ("bad.example", true), ("a.bad.example", true), ("notbad.example", false), ("example", false), ("", false),
])
func `a domain and what lies below it is refused`(domain: String, refused: Bool) {
    #expect(RefusedDomains(["Bad.Example"]).contains(domain) == refused)
}

@Test func `the server is shown the plugin and its hooks`() throws {
    let plugin = try #require(entry(0)).pointee
    #expect(String(cString: plugin.id.ptr) == "{{ID}}")
    #expect({{TYPE}}.hooks.count == 2)

    // A server that has no tables: create must refuse with words, not crash.
    var host = hk_host()
    host.abi_major = UInt16(HK_ABI_MAJOR)
    host.draft = UInt32(HK_ABI_DRAFT)
    host.get_extension = { _, _ in nil }
    host.log = { _, _, _, _ in }
    var state: UnsafeMutableRawPointer?
    var error = hk_error()
    #expect(plugin.create(&host, &state, &error) == HK_E_UNSUPPORTED)
    #expect(error.text.0 != 0)
}
