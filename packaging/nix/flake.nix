{
  description = "Connect Instagram professional accounts from a terminal";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      source = ./../..;
      cargo = (builtins.fromTOML (builtins.readFile "${source}/Cargo.toml")).package;
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      forEach = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      packages = forEach (pkgs: {
        default = pkgs.rustPlatform.buildRustPackage {
          pname = cargo.name;
          inherit (cargo) version;
          src = source;
          cargoLock.lockFile = "${source}/Cargo.lock";
          # The tests need a keyring, a browser and other programs: tests/run.
          doCheck = false;
          nativeBuildInputs = [ pkgs.installShellFiles ];
          postInstall = ''
            installManPage man/*
            installShellCompletion --bash --name igconnect completions/igconnect.bash
            installShellCompletion --zsh completions/_igconnect
            installShellCompletion --fish completions/igconnect.fish
          '';
          meta = {
            inherit (cargo) description;
            homepage = cargo.repository;
            license = with pkgs.lib.licenses; [ mit asl20 ];
            mainProgram = cargo.name;
          };
        };
      });
    };
}
