// swift-tools-version: 6.2
import PackageDescription

let kit: Target.Dependency = .product(name: "PluginKit", package: "haraka-sdk")
let swift: [SwiftSetting] = [.unsafeFlags(["-static-stdlib"])]
let linker: [LinkerSetting] = [
    .unsafeFlags([
        "-static-stdlib",
        "-Xlinker", "--version-script=\(Context.packageDirectory)/exports.map",
        "-Xlinker", "-z", "-Xlinker", "nodelete", "-Xlinker", "-z", "-Xlinker", "now",
    ])
]

let package = Package(
    name: "contract",
    products: [
        .library(name: "contract", type: .dynamic, targets: ["Contract"]),
        .library(name: "notroot", type: .dynamic, targets: ["NotRoot"]),
    ],
    dependencies: [.package(name: "haraka-sdk", path: "../../../sdk")],
    targets: [
        .target(name: "Contract", dependencies: [kit], swiftSettings: swift, linkerSettings: linker),
        .target(name: "CNotRoot"),
        .target(name: "NotRoot", dependencies: [kit, "CNotRoot"], swiftSettings: swift, linkerSettings: linker),
    ]
)
