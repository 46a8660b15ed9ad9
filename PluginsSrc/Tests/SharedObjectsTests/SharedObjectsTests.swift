import FakeHost
import Glibc
import PluginABI
import Testing

/// The built `.so` files, opened as a server opens them.
@Suite struct SharedObjectsTests {
    static let plugins = [
        "rcpt_to.in_host_list", "queue.maildir", "queue.discard", "queue.test", "relay", "auth.flat_file",
        "xclient", "auth.auth_proxy", "auth.auth_bridge", "queue.qmail-queue", "queue.quarantine", "queue.smtp_proxy",
        "queue.smtp_forward", "queue.smtp_bridge", "queue.lmtp", "queue.deliver",
    ]

    /// The folder of this test program, where SwiftPM puts the plugins too.
    private static let folder: String = {
        var path = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &path, path.count)
        let text = String(decoding: path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return String(text[..<(text.lastIndex(of: "/") ?? text.startIndex)])
    }()

    @Test("Each folder becomes a plugin that a server can open and make", arguments: plugins)
    func opens(_ name: String) {
        let host = FakeHost()
        #expect(host.load(image: "\(Self.folder)/lib\(name).so") == nil)
        #expect(host.identity.id == "org.haraka.\(name)")
        #expect(host.identity.flags == UInt32(HK_PF_RELOADABLE))
        #expect(!host.hookNames.isEmpty)
    }
}
