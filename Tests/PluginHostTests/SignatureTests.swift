import Hooks
import Testing

@testable import PluginHost

struct SignatureTests {
    @Test(
        arguments: [
            ("rcpt", "i(args:p)"), ("rcpt", "i()"), ("rcpt", "i(rcpt_user:s)"), ("rcpt", "i(rcpt_user:B)"),
            ("rcpt", "i(ud:p,call:U,rcpt_domain:s,remote_ip:s)"), ("connect", "i(remote_port:i,relaying:b)"),
            ("rcpt", "i(rcpt_user:s,rcpt_user:s)"), ("auth_verify", "i(auth_secret:B)"), ("log", "i(log_level:i)"),
        ]
    )
    func `a signature of offered fields is taken`(hook: String, text: String) throws {
        let signature = try Signature(text, for: try #require(Hook(named: hook)))
        #expect(signature.text == text)
    }

    @Test(
        arguments: [
            ("rcpt", ""), ("rcpt", "i"), ("rcpt", "i("), ("rcpt", "v()"), ("rcpt", "ii()"), ("rcpt", "i(rcpt_user:s"),
            ("rcpt", "i(rcpt_user:s,)"), ("rcpt", "i(,rcpt_user:s)"), ("rcpt", "i(rcpt_user)"), ("rcpt", "i(:s)"),
            ("rcpt", "i(rcpt_user:)"), ("rcpt", "i(rcpt_user:ss)"), ("rcpt", "i(rcpt_user:i)"), ("rcpt", "i(call:I)"),
            ("rcpt", "i(rcpt_index:s)"), ("rcpt", "i(nonsense:s)"), ("rcpt", "i( rcpt_user:s)"),
            ("rcpt", "i(args:p,rcpt_user:s)"), ("rcpt", "i(args:s)"), ("connect", "i(rcpt_user:s)"),
            ("connect_init", "i(hello_host:s)"), ("rcpt", "i(struct_size:u)"), ("rcpt", "i(pad:p)"),
            ("rcpt", "i(\u{0})"),
            ("rcpt", "i(" + Array(repeating: "ud:p", count: 65).joined(separator: ",") + ")"),
        ]
    )
    func `anything else is refused when it is registered`(hook: String, text: String) throws {
        let hook = try #require(Hook(named: hook))
        #expect(throws: Signature.Fault.self) { try Signature(text, for: hook) }
    }

    @Test func `every field that the catalogue offers is a field of hk_args`() {
        for hook in Hook.all {
            for name in hook.row.offers { #expect(ArgumentField.named(name) != nil, "\(hook.name): \(name)") }
        }
    }
}
